import { problemTable, type ProblemRow } from '@nightmarket/http'

import type { CueRejection } from '../cue/cue-log.ts'
import type { CuesRejection } from '../cue/parse-cues.ts'
import type { ClipRejection } from './clip-desk.ts'
import type { ReelRejection } from './make-reel.ts'

/** Every code that clips and captions refuse with. */
export type ClipCode =
  | (ClipRejection | ReelRejection | CueRejection | CuesRejection)['code']
  | 'order_unknown'
  | 'reel_unknown'

const ROWS = {
  clip_length_invalid: {
    status: 422,
    title: 'A clip cannot be so long or so short.',
    help: '`durationMsMin` and `durationMsMax` are the limits.',
  },
  not_recorded: {
    status: 409,
    title: 'Nothing of this time was recorded.',
    help: 'It was dropped, the stream was not there yet, or the edge that has it is away.',
  },
  no_picture: {
    status: 409,
    title: 'There is no picture in this part of the recording.',
    help: 'A clip needs a keyframe: ask for a little more before and after.',
  },
  codec_unknown: {
    status: 409,
    title: 'The recording is in a form that cannot be cut.',
    help: 'Stream H.264 with AAC.',
  },
  parameters_differ: {
    status: 409,
    title: 'The pieces were recorded with different settings.',
    help: 'Make a reel of them: it encodes them again.',
  },
  cut_failed: {
    status: 503,
    title: 'The clip could not be cut.',
    help: '`reason` says why. The recording is untouched: try again.',
  },
  shelf_full: {
    status: 409,
    title: 'There is no room for another clip.',
    help: 'Every clip is published or a receipt. Take some back with `PATCH /v1/clips/:clipId`.',
  },
  desk_busy: {
    status: 503,
    title: 'Enough clips are in the making.',
    help: 'Wait until the end of what they show, and ask again.',
  },
  clip_unknown: {
    status: 404,
    title: 'There is no such clip.',
    help: 'Look at `GET /v1/clips` for the clips there are.',
  },
  reel_unknown: {
    status: 404,
    title: 'There is no such reel in the making.',
    help: 'Progress is forgotten when the edge restarts; a finished reel is among the clips.',
  },
  order_unknown: {
    status: 404,
    title: 'This edge accepted no such order.',
    help: 'Ask the edge that sold it: its node is in the receipt.',
  },
  stream_unknown: {
    status: 409,
    title: 'Nothing is on that these words could belong to.',
    help: 'Start the stream first, or name the run of it in `timelineId`.',
  },
  languages_full: {
    status: 409,
    title: 'There are captions in enough languages.',
    help: '`languagesMax` is the limit.',
  },
  cues_malformed: {
    status: 422,
    title: 'The text is no WebVTT.',
    help: '`line` and `reason` say where and why. Nothing was taken.',
  },
} as const satisfies Record<ClipCode, ProblemRow>

/** The table of problems of clips and captions. */
export const CLIP_PROBLEMS = problemTable<ClipCode>(ROWS)
