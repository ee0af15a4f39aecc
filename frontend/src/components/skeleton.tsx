/** The shape of what is coming, while it is loading. */

export function Skeleton({ width, height }: { readonly width?: string; readonly height?: string }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />
}
