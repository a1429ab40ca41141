import type { Chapter } from '../command-line/help.ts'
import {
  clipListCommand,
  clipMakeCommand,
  clipMarkCommand,
  clipPublishCommand,
  clipReelCommand,
} from './clip.ts'
import { coreCommand } from './core.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { edgeCommand } from './edge.ts'
import { enrolCommand } from './enrol.ts'
import { exportCommand } from './export.ts'
import { imagesCommand } from './images.ts'
import { importCommand } from './import.ts'
import { nodesCommand } from './nodes.ts'
import { nodesRevokeCommand } from './nodes-revoke.ts'
import { nodesWriteOffCommand } from './nodes-write-off.ts'
import {
  operatorAddCommand,
  operatorListCommand,
  operatorPinCommand,
  operatorRemoveCommand,
} from './operators.ts'
import {
  ordersFulfilCommand,
  ordersRefundCommand,
  ordersRescueCommand,
  ordersVoidCommand,
} from './order-actions.ts'
import { offersLogCommand } from './offers-log.ts'
import { ordersCommand } from './orders.ts'
import { overlayHideCommand, overlayShowCommand } from './overlay.ts'
import { receiptRestoreCommand } from './receipt-restore.ts'
import { receiptVerifyCommand } from './receipt-verify.ts'
import { reconcileCommand } from './reconcile.ts'
import { reconcileResolveCommand } from './reconcile-resolve.ts'
import { releaseActivateCommand } from './release-activate.ts'
import { releaseListCommand } from './release-list.ts'
import { releaseRollbackCommand } from './release-rollback.ts'
import { rushCommand } from './rush.ts'
import { sandboxCommand } from './sandbox.ts'
import { showApplyCommand } from './show-apply.ts'
import { showKeyCommand } from './show-key.ts'
import { showStatusCommand } from './show-status.ts'
import { stockCommand } from './stock.ts'
import { upCommand } from './up.ts'
import { verifyCommand } from './verify.ts'
import { voucherCommand } from './voucher.ts'

/** Every command, in the order in which a host meets them. */
export const chapters: readonly Chapter[] = [
  { title: 'Try', commands: [demoCommand, rushCommand] },
  { title: 'Run', commands: [upCommand, coreCommand, edgeCommand, sandboxCommand, enrolCommand] },
  {
    title: 'Sell',
    commands: [
      importCommand,
      imagesCommand,
      exportCommand,
      showApplyCommand,
      showStatusCommand,
      showKeyCommand,
      releaseListCommand,
      releaseActivateCommand,
      releaseRollbackCommand,
      overlayShowCommand,
      overlayHideCommand,
      offersLogCommand,
    ],
  },
  {
    title: 'Orders and money',
    commands: [
      ordersCommand,
      ordersRefundCommand,
      ordersVoidCommand,
      ordersRescueCommand,
      ordersFulfilCommand,
      voucherCommand,
      reconcileCommand,
      reconcileResolveCommand,
    ],
  },
  {
    title: 'Clips',
    commands: [
      clipMarkCommand,
      clipMakeCommand,
      clipListCommand,
      clipPublishCommand,
      clipReelCommand,
    ],
  },
  {
    title: 'Stock and edges',
    commands: [stockCommand, nodesCommand, nodesRevokeCommand, nodesWriteOffCommand],
  },
  {
    title: 'Tills',
    commands: [operatorListCommand, operatorAddCommand, operatorPinCommand, operatorRemoveCommand],
  },
  {
    title: 'Check',
    commands: [verifyCommand, receiptVerifyCommand, receiptRestoreCommand, doctorCommand],
  },
]
