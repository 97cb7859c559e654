// SPDX-License-Identifier: Apache-2.0
import '@kit/theme/base.css';
import { createApp } from 'vue';
import { makeI18n } from '@kit/i18n/i18n';
import { startTheme } from '@kit/theme/theme';
import App from './App.vue';
import en from './locales/en';
import zh from './locales/zh-CN';

startTheme();
createApp(App)
  .use(makeI18n({ 'zh-CN': zh, en }))
  .mount('#app');
