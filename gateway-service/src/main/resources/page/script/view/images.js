/** Images for a question: checked, scaled down to the maximum size of Claude, and converted to content blocks. */

/** What a file of each type begins with. */
const BEGINNINGS = {
  'image/png': /^\x89PNG/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8/,
  'image/webp': /^RIFF.{4}WEBP/s,
};
const TYPES = Object.keys(BEGINNINGS);

/** Claude scales down larger images. */
const EDGE_MAX = 1_568;

/** Images up to this size are unchanged. */
const BYTES_MAX = 700_000;

/** The image as a block of a message. Rejects with a message for the user. */
export async function imageBlock(file) {
  if (!TYPES.includes(file.type)) {
    throw new Error(`${file.name || 'This'} is not an image that Claude can see: PNG, JPEG, GIF or WebP.`);
  }
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name || 'This image'} cannot be read.`);
  });
  // The type of the file is that of its extension, and Claude refuses an image of another one.
  const type = await typeOf(file);
  const fits = type && file.size <= BYTES_MAX && Math.max(bitmap.width, bitmap.height) <= EDGE_MAX;
  const blob = fits ? file : await smaller(bitmap);
  bitmap.close();
  return { type: 'image', source: { type: 'base64', media_type: fits ? type : blob.type, data: await base64(blob) } };
}

/** The type of an image by its first bytes; undefined if Claude cannot see such an image. */
async function typeOf(file) {
  const beginning = atob(await base64(file.slice(0, 12)));
  return TYPES.find((type) => BEGINNINGS[type].test(beginning));
}

/** The URL of a block's image. */
export function dataAddress({ source }) {
  return source.type === 'base64' && TYPES.includes(source.media_type) ? `data:${source.media_type};base64,${source.data}` : '';
}

function smaller(bitmap) {
  const scale = Math.min(1, EDGE_MAX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.86));
}

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
