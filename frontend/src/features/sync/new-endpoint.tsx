/** The form that adds an event endpoint. */
import { Plus } from 'lucide-react'
import { useId, useState } from 'react'
import { useCreateEndpoint } from '../../api/event-endpoints'
import { buttonClass } from '../../components/button'
import { strings } from '../../lib/strings'
import { ActionError } from './action-error'

const words = strings.endpoints

export function NewEndpoint() {
  const [url, setUrl] = useState('')
  const create = useCreateEndpoint()
  const id = useId()
  return (
    <form
      className="endpoint-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (create.isPending) return
        create.mutate(url.trim(), {
          onSuccess: () => {
            setUrl('')
          },
        })
      }}
    >
      <label htmlFor={id}>{words.address}</label>
      <div className="endpoint-fields">
        <input
          id={id}
          type="url"
          required
          className="text-input"
          placeholder={words.addressHint}
          value={url}
          onChange={(event) => {
            setUrl(event.target.value)
          }}
        />
        <button type="submit" className={buttonClass('secondary', 'small')} aria-disabled={create.isPending}>
          <Plus />
          {words.create}
        </button>
      </div>
      <ActionError error={create.error} />
    </form>
  )
}
