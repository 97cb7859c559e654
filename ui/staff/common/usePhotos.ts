// SPDX-License-Identifier: Apache-2.0
import { onScopeDispose, reactive, type Ref } from 'vue';
import { call } from '@kit/api/client';
import { shrinkPhoto } from '@kit/photo/shrink';
import { sayFailed } from './say';

export interface Photo {
  url: string /* of the picture in this browser */;
  id: string /* of the upload; '' while it is under way */;
  busy: boolean;
  failed: boolean;
}
const MOST = 9;

export function usePhotos(ids: Ref<string[]>) {
  const photos = reactive<Photo[]>([]);

  async function send(photo: Photo, file: Blob): Promise<void> {
    try {
      const upload = await call('POST /api/v1/uploads', { body: await shrinkPhoto(file) });
      photo.id = upload.id;
      ids.value = photos.map((one) => one.id).filter(Boolean);
    } catch (cause) {
      photo.failed = true;
      sayFailed(cause);
    } finally {
      photo.busy = false;
    }
  }
  function add(files: File[]): void {
    const pictures = files.filter((file) => file.type.startsWith('image/')).slice(0, MOST - photos.length);
    for (const file of pictures) {
      photos.push({ url: URL.createObjectURL(file), id: '', busy: true, failed: false });
      void send(photos[photos.length - 1]!, file);
    }
  }
  function drop(photo: Photo): void {
    URL.revokeObjectURL(photo.url);
    photos.splice(photos.indexOf(photo), 1);
    ids.value = photos.map((one) => one.id).filter(Boolean);
  }
  onScopeDispose(() => photos.forEach((photo) => URL.revokeObjectURL(photo.url)));
  return { photos, add, drop };
}
