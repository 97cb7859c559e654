// SPDX-License-Identifier: Apache-2.0
import '@kit/theme/base.css';
import './element';
import './theme/element.css';
import './theme/staff.css';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { makeI18n } from '@kit/i18n/i18n';
import { startTheme } from '@kit/theme/theme';
import App from './App.vue';
import { queryClient } from './data/client';
import en from './locales/en';
import zh from './locales/zh-CN';
import { makeRouter } from './router';

startTheme();
createApp(App)
  .use(makeI18n({ 'zh-CN': zh, en }))
  .use(createPinia())
  .use(VueQueryPlugin, { queryClient })
  .use(makeRouter())
  .mount('#app');
