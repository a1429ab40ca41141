export {
  openBrowserDevice,
  type BrowserDevice,
  type BrowserDeviceOptions,
  type DeviceCondition,
} from './browser-device.ts'
export { openBrowserReader, type BrowserReader } from './browser-reader.ts'
