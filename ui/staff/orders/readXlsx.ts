// SPDX-License-Identifier: Apache-2.0
// The reader of .xlsx files, loaded only when a file is dropped.
export { readSheet as readGrid } from 'read-excel-file/browser';
