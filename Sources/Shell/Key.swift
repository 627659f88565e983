/// What a person has pressed, whatever bytes their terminal sends for it.
package enum Key: Sendable, Equatable {
  /// One Unicode scalar; several make up some characters.
  case text(String)
  /// Text that was pasted as a whole (bracketed paste), its line ends `\n`.
  case paste(String)
  case enter, tab, backTab, backspace, delete, escape
  case left, right, up, down, home, end, pageUp, pageDown
  case wordLeft, wordRight
  /// A letter with Control, in lower case: `c` for Ctrl-C.
  case control(Character)
  /// A letter with Alt (or after Escape), in lower case; `\r` for Alt-Enter.
  case alt(Character)
  /// A sequence without a meaning here.
  case unknown
}
