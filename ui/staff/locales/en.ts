// SPDX-License-Identifier: Apache-2.0
import cases from './cases/en';
import frame from './frame/en';
import pages from './pages/en';

export default { ...frame, ...cases, ...pages };
