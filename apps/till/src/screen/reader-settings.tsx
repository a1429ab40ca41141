import {
  chooseReader,
  PRACTICE_CARDS,
  practiceCard,
  READER_NAMES,
  readerName,
} from '../sale/reader.ts'
import { say } from '../words/words.ts'

/** Which card reader this till has; what the practice one is given can be chosen too. */
export function ReaderSettings() {
  const choosePracticeCard = (name: string) => {
    practiceCard.value = PRACTICE_CARDS.find((card) => card === name) ?? 'visa'
  }
  return (
    <form>
      <label>
        {say('pay.reader')}
        <select
          name="reader"
          value={readerName.value}
          onChange={(event) => chooseReader(event.currentTarget.value)}
        >
          {READER_NAMES.map((name) => (
            <option key={name} value={name}>{say(`pay.readers.${name}`)}</option>
          ))}
        </select>
      </label>
      {readerName.value === 'practice'
        ? (
          <label>
            {say('pay.practiceCard')}
            <select
              name="practice"
              value={practiceCard.value}
              onChange={(event) => choosePracticeCard(event.currentTarget.value)}
            >
              {PRACTICE_CARDS.map((card) => (
                <option key={card} value={card}>{say(`pay.practiceCards.${card}`)}</option>
              ))}
            </select>
          </label>
        )
        : null}
    </form>
  )
}
