// SPDX-License-Identifier: Apache-2.0
// Line icons on a 24 x 24 ground, one export each, so that a page carries only what it shows: <Icon :path="iconMap" />.
export const iconHome = 'M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z';
export const iconSearch = 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14M20 20l-4-4';
export const iconBell = 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4';
export const iconUser = 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 20c1-4 4-6 8-6s7 2 8 6';
export const iconUsers =
  'M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M2.5 19c.6-3.4 3.2-5 6.5-5s5.9 1.6 6.5 5M16 5.3a3.3 3.3 0 0 1 0 6.4M18 14.4c2 .6 3.2 2.2 3.6 4.6';
export const iconTicket = 'M4 7h16v3a2 2 0 0 0 0 4v3H4v-3a2 2 0 0 0 0-4zM14 7v2M14 11v2M14 15v2';
export const iconMap = 'M9 4 3.5 6v14L9 18l6 2 5.5-2V4L15 6zM9 4v14M15 6v14';
export const iconList = 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01';
export const iconClock = 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 8v4.5l3 2';
export const iconCheck = 'M5 12.5 10 17.5 19.5 7';
export const iconClose = 'M6 6l12 12M18 6 6 18';
export const iconRight = 'M9 5.5 15.5 12 9 18.5';
export const iconDown = 'M5.5 9 12 15.5 18.5 9';
export const iconLeft = 'M15 5.5 8.5 12 15 18.5';
export const iconPlus = 'M12 5v14M5 12h14';
export const iconCamera =
  'M4 8h3.5L9 5.5h6L16.5 8H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1M12 10a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8';
export const iconPin =
  'M12 21s-7-6-7-11.2a7 7 0 0 1 14 0C19 15 12 21 12 21M12 7.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5';
export const iconPhone =
  'M6 4h3.5l1.5 4.5-2 1.5a11 11 0 0 0 5 5l1.5-2 4.5 1.5V18a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2';
export const iconDocument = 'M6 3.5h8l4 4V20.5H6zM14 3.5v4h4M9 12h6M9 16h6';
export const iconShield = 'M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6zM9 12l2.2 2.2L15.5 10';
export const iconEye =
  'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6';
export const iconLock = 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3';
export const iconLink =
  'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1';
export const iconChart = 'M4 20V4M4 20h16M8 16v-5M12.5 16V8M17 16v-8';
export const iconStar = 'M12 4l2.4 5 5.6.700-4.1 3.8 1.1 5.5L12 16.3 7 19l1.1-5.5L4 9.7 9.6 9z';
export const iconCalendar = 'M5 6h14v14H5zM5 10h14M9 3.5V7M15 3.5V7';
export const iconFlag = 'M6 21V4h12l-3 4.5L18 13H6';
export const iconSend = 'M4 12 20 4.5 15 20l-3.5-6.5zM20 4.5l-8.5 9';
export const iconOffline =
  'M4 4l16 16M9.5 9.8A9 9 0 0 0 5 12M2.5 9A13 13 0 0 1 6.5 6.5M11 5.5A13 13 0 0 1 21.5 9M15 10.5A9 9 0 0 1 19 12M9 15.5a4.5 4.5 0 0 1 5 .2M12 19h.01';
export const iconSync = 'M19 8.5A7.5 7.5 0 0 0 5.5 9M5 15.5A7.5 7.5 0 0 0 18.5 15M19 4.5v4h-4M5 19.5v-4h4';
export const iconMicrophone =
  'M12 4a2.5 2.5 0 0 1 2.5 2.5v5a2.5 2.5 0 0 1-5 0v-5A2.5 2.5 0 0 1 12 4M6.5 11a5.5 5.5 0 0 0 11 0M12 16.5V20';
export const iconQr = 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2';
export const iconEdit = 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3';
export const iconLayers = 'M12 4l8.5 4.5L12 13 3.5 8.5zM4 12.5l8 4.3 8-4.3M4 16.2l8 4.3 8-4.3';
export const iconMerge = 'M7 20v-5a4 4 0 0 1 4-4h2a4 4 0 0 0 4-4V4M7 4v3a4 4 0 0 0 4 4M14 7l3-3 3 3';
export const iconUndo = 'M9 7 4.5 11.5 9 16M5 11.5h9a5 5 0 0 1 0 10h-2';
export const iconFilter = 'M4 6h16M7 12h10M10 18h4';
export const iconPrint = 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6.5H7z';
export const iconAlert = 'M12 4.5 21 19.5H3zM12 10v4.5M12 17h.01';
export const iconArrowUp = 'M12 19V5M6 11l6-6 6 6';
export const iconArrowDown = 'M12 5v14M6 13l6 6 6-6';
export const iconGear =
  'M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6M12 3.5v2.5M12 18v2.5M3.5 12H6M18 12h2.5M6 6l1.8 1.8M16.2 16.2 18 18M18 6l-1.8 1.8M7.8 16.2 6 18';
export const iconHeart =
  'M12 20s-6-3.5-7.5-7.5C3.5 9.5 5 7 7.5 7c2 0 3.5 1.5 4.5 3 1-1.5 2.5-3 4.5-3 2.5 0 4 2.5 3 5.5C18 16.5 12 20 12 20';
export const iconDownload = 'M12 4v11M7 11l5 5 5-5M5 20h14';
export const iconInfo = 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 11v5M12 8h.01';
export const iconSound = 'M5 10v4h3l4.5 3.5v-11L8 10zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11';
export const iconWrench =
  'M14.5 4.5a5 5 0 0 0-5 6.5L4 16.5 7.5 20l5.5-5.5a5 5 0 0 0 6.5-5l-3 2.5-3-.5-.500-3z';
export const iconGrid = 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z';
export const iconTarget =
  'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6M12 2v3M12 19v3M2 12h3M19 12h3';
export const iconPicture = 'M4 5h16v14H4zM4 16l5-5 4 4 3-2.5 4 3.5M15.5 8.5h.01';
export const iconDots = 'M6 12h.01M12 12h.01M18 12h.01';
export const iconMinus = 'M5 12h14';
export const iconSmile = 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M9 10h.01M15 10h.01M8.5 14c1.8 2.6 5.2 2.6 7 0';
export const iconMeh = 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M9 10h.01M15 10h.01M9 15h6';
export const iconSad = 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M9 10h.01M15 10h.01M8.5 16c1.8-2.6 5.2-2.6 7 0';
export const iconRoute =
  'M6 16a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M18 3a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5M8.5 18.5H15a3.5 3.5 0 0 0 0-7H9a3.5 3.5 0 0 1 0-7h6.5';
export const iconMoon = 'M19 14.5A8 8 0 0 1 9.5 5a8 8 0 1 0 9.5 9.5z';
export const iconCopy = 'M9 9h10v11H9zM6 15H5V4h10v2';
export const iconOut = 'M14 4h5v16h-5M4 12h11M11 8l4 4-4 4';
export const iconUpload = 'M12 16V5M7 9l5-5 5 5M5 20h14';
export const iconMorning = 'M4 18h16M7 18a5 5 0 0 1 10 0M12 6v3M4.5 11.5l2 1.5M19.5 11.5l-2 1.5';
