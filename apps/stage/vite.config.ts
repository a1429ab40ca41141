// tidy-allow default-export: Vite reads its configuration from the default export.
export default {
  base: '/stage/',
  publicDir: 'public',
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: {
      input: {
        stage: 'src/main.ts',
        overlay: 'src/overlay-page.ts',
        'go-live': 'src/go-live-page.ts',
        worker: 'src/offline-worker.ts',
      },
      output: {
        entryFileNames: ({ name }: { readonly name: string }) =>
          name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
}
