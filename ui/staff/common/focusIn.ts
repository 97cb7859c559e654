// SPDX-License-Identifier: Apache-2.0
import { nextTick } from 'vue';

/* A dialog that opens takes the focus itself; the hand wants to write at once. Call at its `open-auto-focus`. */
export async function focusFieldOf(dialog: string): Promise<void> {
  await nextTick();
  await nextTick(); /* the dialog's own turn comes in between */
  const fields = document.querySelectorAll<HTMLElement>(
    `.${dialog} .el-dialog__body :is(input, textarea):not([type="file"], :disabled)`,
  );
  fields[0]?.focus();
}
