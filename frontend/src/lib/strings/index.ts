/** Every text of the page, in the language it is shown in. */
import { counted, type Counted } from '../counted'
import { translation } from '../language'
import { en } from './en'

export type Strings = typeof en

/** A language's file exports this as `strings`. */
export type Translation = (counted: Counted) => Strings

export const strings: Strings = translation?.(counted) ?? en
