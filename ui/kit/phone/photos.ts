// SPDX-License-Identifier: Apache-2.0
// The photos of a form: each is made small on the phone and sent at once, so that the form itself is sent in a moment.
import { computed, reactive, ref, type ComputedRef, type Ref } from 'vue';
import { call } from '../api/client';
import type { ApiError } from '../api/error';
import { shrinkPhoto } from '../photo/shrink';

export const MOST_PHOTOS = 4;
const PICTURE_SIDE_PX = 240;

export interface Photo {
  key: number;
  state: 'working' | 'kept' | 'failed';
  picture: string /* a small data: URL for the page, kept with a draft */;
  id: string /* the upload's id once the server has it */;
}
export interface Photos {
  list: Photo[];
  ids: ComputedRef<string[]>;
  working: ComputedRef<boolean>;
  failed: ComputedRef<boolean>;
  notPictures: Ref<number>;
  tooMany: Ref<boolean>;
  add(files: Iterable<File>): Promise<void>;
  retry(photo: Photo): Promise<void>;
  remove(photo: Photo): void;
  clear(): void;
  /* The server keeps uploads for two hours: when it says that one is gone, all must be taken again. */
  drop(error: ApiError | undefined): void;
}
export type UploadRoute = 'POST /api/v1/uploads' | 'POST /api/v1/public/uploads';

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('photo'));
    reader.readAsDataURL(blob);
  });
}

export function usePhotos(route: UploadRoute, kept: Photo[] = [], most = MOST_PHOTOS): Photos {
  const list = reactive<Photo[]>(kept.filter((photo) => photo.state === 'kept'));
  const bodies = new Map<number, Blob>();
  const notPictures = ref(0);
  const tooMany = ref(false);
  let next = list.reduce((most, photo) => Math.max(most, photo.key), 0) + 1;

  async function send(photo: Photo): Promise<void> {
    const body = bodies.get(photo.key);
    if (!body) {
      return;
    }
    photo.state = 'working';
    try {
      photo.id = (await call(route, { body })).id;
      photo.state = 'kept';
      bodies.delete(photo.key);
    } catch {
      photo.state = 'failed';
    }
  }

  async function take(file: File): Promise<void> {
    let body: Blob;
    let picture: string;
    try {
      body = await shrinkPhoto(file);
      picture = await asDataUrl(await shrinkPhoto(body, PICTURE_SIDE_PX));
    } catch {
      notPictures.value += 1;
      return;
    }
    const key = next++;
    bodies.set(key, body);
    list.push({ key, state: 'working', picture, id: '' });
    await send(list[list.length - 1]!);
  }

  async function add(files: Iterable<File>): Promise<void> {
    const chosen = [...files];
    const room = most - list.length;
    notPictures.value = 0;
    tooMany.value = chosen.length > room;
    for (const file of chosen.slice(0, Math.max(0, room))) {
      await take(file);
    }
  }

  function remove(photo: Photo): void {
    list.splice(list.indexOf(photo), 1);
    bodies.delete(photo.key);
    tooMany.value = false;
  }

  function clear(): void {
    list.splice(0).forEach((photo) => bodies.delete(photo.key));
  }

  return {
    list,
    ids: computed(() => list.filter((photo) => photo.id).map((photo) => photo.id)),
    working: computed(() => list.some((photo) => photo.state === 'working')),
    failed: computed(() => list.some((photo) => photo.state === 'failed')),
    notPictures,
    tooMany,
    add,
    retry: send,
    remove,
    clear,
    drop: (error) => error?.code === 'E_UPLOAD' && clear(),
  };
}
