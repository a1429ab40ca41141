/** A way to play the show, as a master playlist names it. */
export interface Variant {
  readonly uri: string
  readonly codecs: string
  readonly bitsPerSecond: number
}

/** Words of the show in one language. */
export interface SubtitleRendition {
  readonly language: string
  readonly uri: string
}

/** What is said of a stream whose rate is not known yet. */
const BITS_PER_SECOND_DEFAULT = 1_500_000

/**
 * The text of a master playlist: pictures first, sound alone after them, and the words in each
 * language. Players choose; a browser that plays HLS by itself needs nothing else. [RN2]
 */
export function writeMasterPlaylist(
  variants: readonly Variant[],
  subtitles: readonly SubtitleRendition[],
): string {
  const group = subtitles.length === 0 ? '' : ',SUBTITLES="words"'
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...subtitles.map(subtitleLine),
    ...variants.flatMap(({ uri, codecs, bitsPerSecond }) => {
      const bandwidth = Math.ceil(bitsPerSecond) || BITS_PER_SECOND_DEFAULT
      return [`#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},CODECS="${codecs}"${group}`, uri]
    }),
  ]
  return `${lines.join('\n')}\n`
}

function subtitleLine({ language, uri }: SubtitleRendition): string {
  const name = new Intl.DisplayNames([language, 'en'], { type: 'language' }).of(language)
  const shown = (name ?? language).replaceAll(/["\r\n]/g, '')
  const names = `NAME="${shown}",LANGUAGE="${language}"`
  return `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="words",${names},AUTOSELECT=YES,URI="${uri}"`
}
