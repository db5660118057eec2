/** The chat in a frame: the chat itself, and its line to the page around it. */

import "../chat.js";
import "./bridge.js";
