/// Colours of what is typed and told; without colour, nothing at all.
package struct TextStyle: Sendable {
  package let isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  package enum Role: String, Sendable {
    case prompt = "1;36"
    case keyword = "1;34"
    case string = "32"
    case number = "36"
    case comment = "2"
    case faint = "2;39"
    case error = "1;31"
  }

  package func painted(_ text: String, _ role: Role) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
