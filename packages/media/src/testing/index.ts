export * from './fragmented-video.ts'
