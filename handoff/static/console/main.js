/** Registers the console's elements; the page holds one <rapport-console>. */

import { AgentBar } from "./elements/agent-bar.js";
import { AttachTray } from "./elements/attach-tray.js";
import { SearchDialog } from "./office/search-dialog.js";
import { AwayDialog } from "./elements/away-dialog.js";
import { CannedList } from "./elements/canned-list.js";
import { CloseDialog } from "./elements/close-dialog.js";
import { CommandPalette } from "./elements/command-palette.js";
import { ConnectionBanner } from "./elements/connection-banner.js";
import { ConversationHead } from "./elements/conversation-head.js";
import { ConversationNotes } from "./elements/conversation-notes.js";
import { ConversationPeople } from "./elements/conversation-people.js";
import { ConversationView } from "./elements/conversation-view.js";
import { ConversationWriting } from "./elements/conversation-writing.js";
import { CountDown } from "./elements/count-down.js";
import { CustomerPanel } from "./elements/customer-panel.js";
import { CustomerStory } from "./elements/customer-story.js";
import { DraftPreview } from "./elements/draft-preview.js";
import { DueTime } from "./elements/due-time.js";
import { ErrandDialog } from "./elements/errand-dialog.js";
import { HeldBack } from "./elements/held-back.js";
import { KeyHelp } from "./elements/key-help.js";
import { MentionList } from "./elements/mention-list.js";
import { LaterDialog } from "./elements/later-dialog.js";
import { MessageComposer } from "./elements/message-composer.js";
import { MessageThread } from "./elements/message-thread.js";
import { MyMentions } from "./elements/my-mentions.js";
import { NoteComposer } from "./elements/note-composer.js";
import { NoticeStack } from "./elements/notice-stack.js";
import { NotifyHint } from "./elements/notify-hint.js";
import { OfferStrip } from "./elements/offer-strip.js";
import { OrderErrands } from "./elements/order-errands.js";
import { ParkDialog } from "./elements/park-dialog.js";
import { PresenceSwitch } from "./elements/presence-switch.js";
import { QueueCard } from "./elements/queue-card.js";
import { QueueLists } from "./elements/queue-lists.js";
import { QuietBook } from "./elements/quiet-book.js";
import { RapportConsole } from "./elements/rapport-console.js";
import { ReasonDialog } from "./elements/reason-dialog.js";
import { SendLater } from "./elements/send-later.js";
import { SignIn } from "./elements/sign-in.js";
import { SignLine } from "./elements/sign-line.js";
import { TransferDialog } from "./elements/transfer-dialog.js";
import { WaitTime } from "./elements/wait-time.js";

const ELEMENTS = {
  "wait-time": WaitTime,
  "count-down": CountDown,
  "due-time": DueTime,
  "notify-hint": NotifyHint,
  "queue-card": QueueCard,
  "quiet-book": QuietBook,
  "my-mentions": MyMentions,
  "held-back": HeldBack,
  "queue-lists": QueueLists,
  "offer-strip": OfferStrip,
  "presence-switch": PresenceSwitch,
  "agent-bar": AgentBar,
  "connection-banner": ConnectionBanner,
  "notice-stack": NoticeStack,
  "reason-dialog": ReasonDialog,
  "close-dialog": CloseDialog,
  "transfer-dialog": TransferDialog,
  "park-dialog": ParkDialog,
  "away-dialog": AwayDialog,
  "search-dialog": SearchDialog,
  "key-help": KeyHelp,
  "command-palette": CommandPalette,
  "message-thread": MessageThread,
  "draft-preview": DraftPreview,
  "sign-line": SignLine,
  "attach-tray": AttachTray,
  "canned-list": CannedList,
  "mention-list": MentionList,
  "send-later": SendLater,
  "later-dialog": LaterDialog,
  "message-composer": MessageComposer,
  "note-composer": NoteComposer,
  "conversation-writing": ConversationWriting,
  "conversation-head": ConversationHead,
  "conversation-notes": ConversationNotes,
  "conversation-view": ConversationView,
  "conversation-people": ConversationPeople,
  "order-errands": OrderErrands,
  "errand-dialog": ErrandDialog,
  "customer-story": CustomerStory,
  "customer-panel": CustomerPanel,
  "sign-in": SignIn,
  "rapport-console": RapportConsole,
};

for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
