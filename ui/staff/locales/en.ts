// SPDX-License-Identifier: Apache-2.0
import admin from './admin/en';
import cases from './cases/en';
import frame from './frame/en';
import pages from './pages/en';

export default { ...frame, ...cases, ...pages, ...admin };
