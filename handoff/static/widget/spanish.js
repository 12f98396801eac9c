// @ts-check
/** The widget's own words in Spanish; loaded only where they are spoken. */

/** @import {Texts} from "./language.js" */
/** @import {FileTexts} from "./files.js" */
/** @import {TranscriptTexts} from "./transcript.js" */
/** @import {TrayTexts} from "./tray.js" */
/** @import {FrontTexts} from "./front.js" */
/** @import {InviteTexts} from "./invite.js" */
/** @import {MenuTexts} from "./menu.js" */
/** @import {PeekTexts} from "./peek.js" */
/** @import {RichTexts} from "./rich.js" */
/** @import {StarsTexts} from "./stars.js" */
/** @import {TextMeTexts} from "./textme.js" */
/** @import {UpgradeTexts} from "./upgrade.js" */
/** @import {WaitingTexts} from "./waiting.js" */

/** @typedef {{texts: Texts, files: FileTexts, transcript: TranscriptTexts, front: FrontTexts, waiting: WaitingTexts, invite: InviteTexts, menu: MenuTexts, peek: PeekTexts, rich: RichTexts, stars: StarsTexts, tray: TrayTexts, textMe: TextMeTexts, upgrade: UpgradeTexts}} Parts */

/** @type {Texts} */
export const texts = {
  chat: "Chat",
  openChat: "Abrir el chat",
  closeChat: "Cerrar el chat",
  unread: (n) => (n === 1 ? "1 mensaje sin leer" : `${n} mensajes sin leer`),
  assistant: "Asistente",
  botRole: "Automático",
  agentRole: "Atención al cliente",
  dedicatedRole: "Su representante",
  you: "Usted",
  notice: "Aviso",
  answersAtOnce: "Automático, responde al momento",
  waitingFor: (name) => `Esperando a ${name}`,
  waitingForPerson: "Esperando a una persona",
  nextFree: "La primera persona libre del equipo",
  backAt: (when) => `De vuelta: ${when}`,
  answersWithin: (time) => `Suele responder en ${time}`,
  welcome: "¿En qué podemos ayudarle?",
  welcomeMore: "Pregunte por un pedido, un envío o una devolución. Puede hablar con una persona en cualquier momento.",
  starters: ["¿Dónde está mi pedido?", "Cancelar un pedido", "¿Qué puedes hacer?"],
  conversation: "Conversación",
  options: "Respuestas para elegir",
  person: "Hablar con una persona",
  writeMessage: "Escriba un mensaje",
  send: "Enviar",
  left: (n) => `Quedan ${n} caracteres`,
  delivered: "Entregado",
  seen: "Visto",
  writes: (name) => `${name} está escribiendo`,
  typing: "El asistente está escribiendo",
  newMessages: (n) => (n === 1 ? "1 mensaje nuevo" : `${n} mensajes nuevos`),
  latest: "Al último mensaje",
  today: "Hoy",
  yesterday: "Ayer",
  sending: "Enviando",
  sent: "Enviado",
  waitingToSend: "Aún no enviado. Se guarda aquí y se envía en cuanto haya conexión.",
  sendNow: "Enviar ahora",
  notSent: "No enviado.",
  sendAgain: "Enviar de nuevo",
  remove: "Quitar",
  attach: "Añadir fotos o PDF",
  notAttached: "Ahora no se pueden añadir archivos. Inténtelo de nuevo.",
  optionGone: "Esta opción ya no está disponible.",
  newThread: "Su conversación anterior ha terminado. Esta es nueva.",
  ownThread: "Ya tiene una conversación con nosotros. Continúa aquí.",
  more: "Más",
  notNow: "Ahora no se puede abrir.",
  choose: "Elija",
  reconnecting: "Conexión perdida. Reconectando…",
  down: "Ahora no se nos puede contactar. Lo que escriba se guarda aquí y se envía en cuanto volvamos.",
  offline: "No tiene conexión. Lo que escriba se guarda aquí y se envía cuando vuelva.",
  lost: "No hemos podido confirmar quién es. Recargue la página o inicie sesión de nuevo.",
  tryNow: "Probar ahora",
  order: "Pedido",
  plan: "Lo que va a pasar",
  receipt: "Recibo",
  placed: "Realizado",
  items: "Artículos",
  total: "Total",
  quantity: (n) => `Cantidad ${n}`,
  tracking: "Seguimiento",
  validUntil: (time) => `Válido hasta ${time}`,
  progress: ["Realizado", "Preparado", "Entregado"],
};

/** @type {TranscriptTexts} */
export const transcript = {
  mailed: (to) => `En camino a ${to}.`,
  nobody: "Solo quien ha iniciado sesión o confirmado un código puede recibirla por correo. Puede guardarla aquí.",
  failed: "No ha funcionado. Inténtelo de nuevo dentro de un rato.",
  close: "Cerrar",
};

/** @type {FileTexts} */
export const files = {
  opens: (name) => `${name}, se abre en otra pestaña`,
};

/** @type {TrayTexts} */
export const tray = {
  files: "Archivos para enviar",
  progress: (name) => `${name}: en camino`,
  remove: (name) => `Quitar ${name}`,
  again: "Intentar de nuevo",
  ready: (name) => `${name} está listo para enviarse`,
  tooLarge: "Supera los 10 MB.",
  otherType: "Solo se pueden enviar fotos JPEG, PNG, GIF y WebP, y PDF.",
  tooMany: "Diez archivos son el máximo por mensaje.",
  failed: "No ha llegado.",
  gone: "Ya no está aquí. Añádalo otra vez.",
  sendsThen: "Se envía en cuanto lleguen los archivos.",
};

/** @type {WaitingTexts} */
export const waiting = {
  inLine: (n) => (n === 1 ? "Es la siguiente persona en la cola" : `Es el número ${n} de la cola`),
  waitedFor: (time) => `espera de ${time}`,
  waiting: "En espera",
  meanwhile: "Lo que puede hacer mientras tanto",
  usually: (range) => `Normalmente ${range}`,
  under: (time) => `menos de ${time}`,
  aMinute: "un minuto",
  asked: "Hemos avisado a una persona del equipo",
  wasAsked: (name) => `Hemos avisado a ${name}`,
  standsIn: "Sustituye a su representante",
  isBusy: (name) => `${name} está en otra conversación`,
  keptFor: (time) => `Le guardamos el sitio ${time}`,
  nobodyHere: "Ahora mismo no hay nadie",
  firstWhoComes: "La primera persona que llegue recibirá su mensaje. No hace falta que espere aquí.",
  answersBy: (when) => `Respuesta a más tardar: ${when}`,
  needNotStay: "No hace falta que espere aquí",
  waitsBy: { text: "Le enviaremos un SMS", message: "La respuesta llegará aquí" },
  ways: {
    "anyone-now": "La primera persona libre",
    "text-me": "Avísenme por SMS",
    "leave-message": "Dejar un mensaje",
    bot: "Seguir con el asistente",
    "cancel-request": "Dejar de esperar",
  },
};

/** @type {MenuTexts} */
export const menu = {
  sound: "Sonido al recibir mensajes",
  byText: "Seguir por SMS",
  save: "Guardar esta conversación",
  print: "Página para imprimir",
  mail: "Enviármela por correo",
  fileName: "conversacion",
};

/** @type {TextMeTexts} */
export const textMe = {
  title: "Seguir por SMS",
  more: "Las respuestas llegarán a su teléfono. Puede cerrar esta página y contestar desde allí.",
  number: "Número de móvil",
  example: "Con el prefijo del país, por ejemplo +34 600 000 000",
  send: "Enviarme un código",
  onFile: (number) => `Usar mi número ${number}`,
  code: "Código del SMS",
  sentTo: (number) => `Hemos enviado un código al ${number}.`,
  confirm: "Confirmar",
  other: "Otro número",
  on: (number) => `Las respuestas van ahora al ${number}, y siguen apareciendo aquí.`,
  stop: "Recibirlas solo aquí",
  close: "Cerrar",
  impossible: "Ahora mismo esta conversación no puede seguir por SMS.",
  unreachable: "No ha llegado. Inténtelo de nuevo.",
  needed: "Rellene este campo.",
};

/** @type {UpgradeTexts} */
export const upgrade = {
  title: "Ha iniciado sesión",
  more: "¿Quiere que esta conversación pase a su cuenta, para que podamos verla junto con sus pedidos?",
  keep: "Sí, seguir con ella",
  fresh: "No, dejarla aparte",
};

/** @type {FrontTexts} */
export const front = {
  title: "Antes de escribir",
  more: "Opcional: así encontramos a la persona adecuada.",
  name: "Su nombre",
  email: "Correo electrónico",
  topic: "¿De qué se trata?",
  choose: "Elija",
  start: "Continuar",
  skip: "Omitir",
  thanks: "Gracias. ¿En qué podemos ayudarle?",
  wrong: "Compruebe este dato.",
  noAddress: "No parece una dirección de correo.",
  failed: "No ha llegado. Inténtelo de nuevo.",
};

/** @type {InviteTexts} */
export const invite = { open: "Abrir el chat", no: "No, gracias" };

/** @type {StarsTexts} */
export const stars = {
  agent: (name) => `¿Qué tal le ha ido con ${name}?`,
  bot: "¿Qué tal lo ha hecho el asistente?",
  scores: ["Mal", "Regular", "Bien", "Muy bien", "Excelente"],
  more: "¿Quiere añadir algo?",
  send: "Enviar",
  thanks: "Gracias.",
  failed: "No ha llegado. Inténtelo de nuevo.",
};

/** @type {PeekTexts} */
export const peek = {
  sees: (name) => `${name} puede ver lo que escribe antes de que lo envíe`,
};

/** @type {RichTexts} */
export const rich = {
  send: "Enviar",
  required: "Rellene este campo.",
  wrong: "Compruebe este dato.",
  optional: "opcional",
  chosen: "Elija una opción.",
  side: "Para mirar",
};
