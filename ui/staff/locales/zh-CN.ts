// SPDX-License-Identifier: Apache-2.0
import admin from './admin/zh-CN';
import cases from './cases/zh-CN';
import frame from './frame/zh-CN';
import pages from './pages/zh-CN';

export default { ...frame, ...cases, ...pages, ...admin };
