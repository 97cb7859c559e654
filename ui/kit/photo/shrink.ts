// SPDX-License-Identifier: Apache-2.0
// A photo is made small on the device before it is sent: at most 1600 px on the long side, JPEG, about 300 KB. Drawing
// it anew also leaves its metadata (place, camera) behind.

export const LONG_SIDE_PX = 1600;
const QUALITY = 0.82;

export function fitInside(
  width: number,
  height: number,
  side = LONG_SIDE_PX,
): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

function decodeAsImage(file: Blob): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(file);
  const image = new Image();
  image.src = url;
  return image
    .decode()
    .then(() => image)
    .finally(() => URL.revokeObjectURL(url));
}

/* Browsers of 2020 do not know 'from-image' and refuse it; an <img> turns the photo upright by itself there. */
function decode(file: Blob): Promise<ImageBitmap | HTMLImageElement> {
  return typeof createImageBitmap === 'function'
    ? createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => decodeAsImage(file))
    : decodeAsImage(file);
}

/* Answers the shrunk photo; rejects when the file is no picture. */
export async function shrinkPhoto(file: Blob, side = LONG_SIDE_PX): Promise<Blob> {
  const image = await decode(file);
  const size = fitInside(image.width, image.height, side);
  const canvas = document.createElement('canvas');
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext('2d')?.drawImage(image, 0, 0, size.width, size.height);
  if ('close' in image) {
    image.close();
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('photo'))), 'image/jpeg', QUALITY),
  );
}
