// SPDX-License-Identifier: Apache-2.0
import '@kit/theme/base.css';
import '@kit/phone/phone.css';
import { createApp } from 'vue';
import { makeI18n } from '@kit/i18n/i18n';
import phoneEn from '@kit/phone/en';
import phoneZh from '@kit/phone/zh-CN';
import { startTheme } from '@kit/theme/theme';
import App from './App.vue';
import en from './locales/en';
import zh from './locales/zh-CN';
import { makeRouter } from './router';

startTheme();
createApp(App)
  .use(makeI18n({ 'zh-CN': { ...zh, phone: phoneZh }, en: { ...en, phone: phoneEn } }))
  .use(makeRouter())
  .mount('#app');
