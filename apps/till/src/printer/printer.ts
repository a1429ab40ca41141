/** How receipt printers are connected. A Bluetooth one that is paired is a serial port. */
export type PrinterWay = 'usb' | 'serial'

/** A printer that was connected: it takes bytes, all of them or an error. */
export interface Printer {
  print(bytes: Uint8Array): Promise<void>
}

/** What this browser can connect to. */
export function printerWays(): readonly PrinterWay[] {
  const ways: readonly PrinterWay[] = ['usb', 'serial']
  return ways.filter((way) => way in navigator)
}

/**
 * Ask the operator which printer, by the browser's own dialog: call it from a tap. `null` when the
 * dialog was closed without a choice.
 */
export async function choosePrinter(way: PrinterWay): Promise<Printer | null> {
  try {
    return way === 'usb'
      ? usbPrinter(await usb().requestDevice({ filters: [{ classCode: PRINTER_CLASS }] }))
      : serialPrinter(await serial().requestPort())
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return null
    throw error
  }
}

/** A printer that was chosen on this tablet before and is there now, or `null`. */
export async function knownPrinter(): Promise<Printer | null> {
  const ways = printerWays()
  const [device] = ways.includes('usb') ? await usb().getDevices() : []
  if (device !== undefined) return usbPrinter(device)
  const [port] = ways.includes('serial') ? await serial().getPorts() : []
  return port === undefined ? null : serialPrinter(port)
}

/** USB's class of printers. */
const PRINTER_CLASS = 7

/** Receipt printers with a serial line speak at this rate unless they were set otherwise. */
const BAUD_RATE = 9_600

function usbPrinter(device: UsbDevice): Printer {
  return {
    async print(bytes) {
      if (!device.opened) await device.open()
      if (device.configuration === null) await device.selectConfiguration(1)
      const [target] = (device.configuration?.interfaces ?? []).flatMap((each) =>
        each.alternates
          .filter(({ interfaceClass }) => interfaceClass === PRINTER_CLASS)
          .flatMap(({ endpoints }) => endpoints)
          .filter(({ direction, type }) => direction === 'out' && type === 'bulk')
          .map(({ endpointNumber }) => ({ endpointNumber, each })),
      )
      if (target === undefined) throw new PrinterFault('this USB device takes no print data')
      const { each, endpointNumber } = target
      if (!each.claimed) await device.claimInterface(each.interfaceNumber)
      const { status, bytesWritten } = await device.transferOut(endpointNumber, bytes)
      if (status !== 'ok' || bytesWritten !== bytes.length) {
        throw new PrinterFault(`the printer took ${bytesWritten} of ${bytes.length} bytes`)
      }
    },
  }
}

function serialPrinter(port: SerialPort): Printer {
  return {
    async print(bytes) {
      if (port.writable === null) await port.open({ baudRate: BAUD_RATE })
      if (port.writable === null) throw new PrinterFault('the port takes nothing')
      const writer = port.writable.getWriter()
      try {
        await writer.write(bytes)
      } finally {
        writer.releaseLock()
      }
    },
  }
}

/** The printer, or the way to it, failed; the sale is not concerned. */
export class PrinterFault extends Error {
  override readonly name = 'PrinterFault'
}

/** What we need of WebUSB, which TypeScript's library of the web does not have. */
interface UsbDevice {
  readonly opened: boolean
  readonly configuration: {
    readonly interfaces: readonly {
      readonly interfaceNumber: number
      readonly claimed: boolean
      readonly alternates: readonly {
        readonly interfaceClass: number
        readonly endpoints: readonly {
          readonly endpointNumber: number
          readonly direction: 'in' | 'out'
          readonly type: string
        }[]
      }[]
    }[]
  } | null
  open(): Promise<void>
  selectConfiguration(value: number): Promise<void>
  claimInterface(interfaceNumber: number): Promise<void>
  transferOut(
    endpointNumber: number,
    bytes: Uint8Array,
  ): Promise<{ readonly status: string; readonly bytesWritten: number }>
}

interface Usb {
  requestDevice(options: { readonly filters: readonly object[] }): Promise<UsbDevice>
  getDevices(): Promise<readonly UsbDevice[]>
}

/** What we need of Web Serial. */
interface SerialPort {
  readonly writable: WritableStream<Uint8Array> | null
  open(options: { readonly baudRate: number }): Promise<void>
}

interface Serial {
  requestPort(): Promise<SerialPort>
  getPorts(): Promise<readonly SerialPort[]>
}

function usb(): Usb {
  return (navigator as unknown as { readonly usb: Usb }).usb
}

function serial(): Serial {
  return (navigator as unknown as { readonly serial: Serial }).serial
}
