// SPDX-License-Identifier: Apache-2.0
// The Element Plus components that the desk uses, each with its own styles. Pages import from here, so that what is
// loaded first is written down in one place; only the heavy date picker stands apart, in common/MomentPicker.vue.
import 'element-plus/es/components/button/style/css';
import 'element-plus/es/components/checkbox/style/css';
import 'element-plus/es/components/dialog/style/css';
import 'element-plus/es/components/dropdown/style/css';
import 'element-plus/es/components/dropdown-item/style/css';
import 'element-plus/es/components/dropdown-menu/style/css';
import 'element-plus/es/components/input/style/css';
import 'element-plus/es/components/message/style/css';
import 'element-plus/es/components/radio/style/css';
import 'element-plus/es/components/radio-button/style/css';
import 'element-plus/es/components/radio-group/style/css';
import 'element-plus/es/components/select-v2/style/css';

export { ElButton } from 'element-plus/es/components/button/index';
export { ElCheckbox } from 'element-plus/es/components/checkbox/index';
export { ElConfigProvider } from 'element-plus/es/components/config-provider/index';
export { ElDialog } from 'element-plus/es/components/dialog/index';
export { ElDropdown, ElDropdownItem, ElDropdownMenu } from 'element-plus/es/components/dropdown/index';
export { ElInput } from 'element-plus/es/components/input/index';
export { ElMessage } from 'element-plus/es/components/message/index';
export { ElRadio, ElRadioButton, ElRadioGroup } from 'element-plus/es/components/radio/index';
export { ElSelectV2 } from 'element-plus/es/components/select-v2/index';
