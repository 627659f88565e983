/// What is wrong with the bytes of a page or footer, before it is known where they stand.
struct Damage: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
