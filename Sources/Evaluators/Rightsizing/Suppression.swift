import Columns

/// A recommendation that someone has decided not to hear about, with the reason and until when.
///
///     [ { "resource": "i-0123", "action": "Rightsize", "until": "2027-01-31",
///         "reason": "load test in January" } ]
///
/// `resource` may end in `*`; without `action` all are meant; without `until` it holds for good.
package struct Suppression: Sendable, Equatable {
  package let resource: String
  package let action: Recommendation.Action?
  package let reason: String
  /// The last day on which it holds.
  package let until: Int?

  /// Reads a list of suppressions.
  ///
  /// - Throws: `ConfigurationError` for what is no such list.
  package static func list(_ root: JSONPlace) throws(ConfigurationError) -> [Suppression] {
    var list: [Suppression] = []
    for place in try root.elements() { list.append(try Suppression(place)) }
    return list
  }

  private init(_ place: JSONPlace) throws(ConfigurationError) {
    for (key, value) in try place.members()
    where !["resource", "action", "reason", "until"].contains(key) {
      throw value.error("unknown setting; known here are resource, action, reason, until")
    }
    resource = try place.required("resource").text()
    reason = try place.required("reason").text()
    action = try place.optional("action").map { place throws(ConfigurationError) in
      try place.choice(of: Recommendation.Action.self)
    }
    until = try place.optional("until").map { place throws(ConfigurationError) in
      try place.day()
    }
  }

  /// Whether it holds for a recommendation on a day.
  func holds(for recommendation: Recommendation, on day: Int) -> Bool {
    guard until.map({ day <= $0 }) ?? true else { return false }
    guard action == nil || action == recommendation.action else { return false }
    if resource.hasSuffix("*") { return recommendation.resource.hasPrefix(resource.dropLast()) }
    return resource == recommendation.resource
  }
}
