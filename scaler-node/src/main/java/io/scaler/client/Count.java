package io.scaler.client;

import io.scaler.model.Ruling;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads how many instances. Which whole numbers may be is the cluster's to say. */
final class Count implements ITypeConverter<Integer> {
  /** For picocli. */
  Count() {}

  @Override
  public Integer convert(String value) {
    try {
      return Integer.valueOf(value);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "must be a whole number, %d at most, is '%s'".formatted(Ruling.MOST_INSTANCES, value));
    }
  }
}
