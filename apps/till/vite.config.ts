import { VitePWA } from 'vite-plugin-pwa'

import { cutEncoder } from './cut-encoder.ts'

// tidy-allow default-export: Vite reads its configuration from the default export.
export default {
  base: '/till/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: { target: 'es2024', modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  plugins: [
    cutEncoder(),
    VitePWA({
      strategies: 'generateSW',
      // A new version waits until the operator is between two buyers, and says so.
      registerType: 'prompt',
      injectRegister: null,
      workbox: {
        globPatterns: ['**/*.{html,js,css,svg,png,wasm}'],
        navigateFallback: '/till/index.html',
        cleanupOutdatedCaches: true,
        // The page of the first visit too has what it loads later from the worker, unplugged.
        clientsClaim: true,
        inlineWorkboxRuntime: true,
        runtimeCaching: [
          {
            urlPattern: ({ request }: { readonly request: Request }) =>
              request.destination === 'image',
            handler: 'StaleWhileRevalidate',
            options: { cacheName: 'pictures', expiration: { maxEntries: 500 } },
          },
        ],
      },
      manifest: {
        name: 'Nightmarket till',
        short_name: 'Till',
        description: 'Sells unplugged.',
        start_url: '/till/',
        scope: '/till/',
        display: 'standalone',
        orientation: 'any',
        background_color: '#0f1220',
        theme_color: '#0f1220',
        icons: [{ src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
      },
    }),
  ],
}
