/** Texts for saved views. */

export const views = {
  button: 'Saved views',
  usual: 'Standard view',
  unsaved: 'Unsaved view',
  changed: 'changed',
  hint: 'Change filters, sort or columns, then save the view here.',
  name: 'Name of the view',
  save: 'Save view',
  update: (name: string) => `Update “${name}”`,
  discard: 'Discard changes',
  rename: (name: string) => `Rename ${name}`,
  remove: (name: string) => `Delete ${name}`,
  renameSave: 'Rename',
  removed: (name: string) => `“${name}” is deleted.`,
  undo: 'Undo',
  copyLink: 'Copy link',
  sharedTitle: (name: string) => `The view “${name}” is not among your saved views.`,
  problems: {
    taken: 'A view with this name already exists. Choose another name.',
    full: 'No more views can be saved. Delete one first.',
    long: 'This view has too many filters or columns to be saved. Remove some first.',
    unstored: 'The browser did not store the view. Its storage may be full or blocked.',
  },
}
