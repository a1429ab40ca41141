/** hls.js without what this player does itself: captions, other sound tracks, protected content. */
declare module 'hls.js/light' {
  export { default } from 'hls.js'
  export * from 'hls.js'
}
