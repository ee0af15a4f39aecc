/** The shape of what is coming, while it is loading. */

export function Skeleton({ width = '100%', height }: { readonly width?: string; readonly height?: string }) {
  return <span className="skeleton" style={{ width, ...(height ? { height } : {}) }} aria-hidden="true" />
}
