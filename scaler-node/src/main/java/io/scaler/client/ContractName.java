package io.scaler.client;

import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a {@link Contract}'s name. */
final class ContractName implements ITypeConverter<Contract> {
  @Override
  public Contract convert(String value) {
    return Arrays.stream(Contract.values())
        .filter(contract -> contract.toString().equals(value))
        .findFirst()
        .orElseThrow(
            () -> new TypeConversionException("must be v1 or contest, is '" + value + "'"));
  }
}
