import TextFormats

extension CostAnomaly {
  /// The root causes as a JSON array of objects.
  var rootCausesJSON: String {
    let causes = rootCauses.map { cause in
      JSONValue.object([
        "region": .string(cause.region), "usage_type": .string(cause.usageType),
        "impact": .double(cause.impact),
      ])
    }
    return "\(JSONValue.array(causes))"
  }
}
