/// What is wrong with the bytes of a page or footer, before it is known where they stand.
struct Damage: Error {
  let message: String
  /// The page it was found in, counted from 0 in its column and row group.
  var page: Int?

  init(_ message: String) {
    self.message = message
  }
}
