/** The models to choose from. */

/** While the gateway does not list them: the first of its default list. */
export const BUILT_IN = [
  { id: 'claude-opus-5-5', name: 'Claude Opus 5.5' },
  { id: 'claude-fable-5-2', name: 'Claude Fable 5.2' },
  { id: 'claude-sonnet-5-5', name: 'Claude Sonnet 5.5' },
  { id: 'claude-haiku-5-5', name: 'Claude Haiku 5.5' },
];

/** The models that the key may use, in the order of the gateway. */
export async function models(gateway) {
  try {
    const { data = [] } = await gateway.json('/v1/models');
    return data.map(({ id, display_name: name, cheaper }) => ({ id, name: name || nameOf(id), cheaper }));
  } catch {
    return BUILT_IN;
  }
}

/** The display name of a model that has only an id: {@code claude-haiku-4-5-20251001} is Claude Haiku 4.5. */
export function nameOf(id) {
  const words = id.replace(/-\d{8}$/, '').split('-');
  const version = words.filter((word) => /^\d+$/.test(word)).join('.');
  const name = words.filter((word) => !/^\d+$/.test(word)).map((word) => word[0]?.toUpperCase() + word.slice(1));
  return [...name, version].filter(Boolean).join(' ');
}
