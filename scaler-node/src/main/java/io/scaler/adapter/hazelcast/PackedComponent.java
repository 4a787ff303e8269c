package io.scaler.adapter.hazelcast;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a record's component of one type is packed.
 *
 * @param absent what it is if its writer did not know it
 */
record PackedComponent(
    BiConsumer<PackedOutput, @Nullable Object> writing,
    Function<PackedInput, @Nullable Object> reading,
    @Nullable Object absent) {

  /**
   * @throws IllegalArgumentException if its type cannot be packed
   */
  static PackedComponent of(RecordComponent component) {
    Class<?> type = component.getType();
    if (type == String.class) {
      return new PackedComponent((out, value) -> out.text((String) value), PackedInput::text, null);
    } else if (type == long.class) {
      return new PackedComponent(
          (out, value) -> out.number(present(Long.class, value)), PackedInput::number, 0L);
    } else if (type == int.class) {
      return new PackedComponent(
          (out, value) -> out.number(present(Integer.class, value)),
          in -> Math.toIntExact(in.number()),
          0);
    } else if (type == boolean.class) {
      return new PackedComponent(
          (out, value) -> out.truth(present(Boolean.class, value)), PackedInput::truth, false);
    } else if (type == Duration.class) {
      return new PackedComponent(PackedComponent::span, PackedComponent::span, null);
    } else if (type == Instant.class) {
      return new PackedComponent(PackedComponent::moment, PackedComponent::moment, null);
    } else if (type.isEnum()) {
      return new PackedComponent(
          (out, value) -> out.text(value == null ? null : ((Enum<?>) value).name()),
          in -> constant(type, in.text()),
          null);
    } else if (type == List.class) {
      return list(component);
    } else if (type.getName().startsWith("io.scaler.")) {
      return new PackedComponent(
          (out, value) -> PackedForms.write(out, (Record) value), PackedForms::read, null);
    }
    throw new IllegalArgumentException(component + " has a type that cannot be packed");
  }

  private static PackedComponent list(RecordComponent component) {
    var element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    if (element == String.class) {
      return list((out, value) -> out.text((String) value), PackedInput::text);
    } else if (element == Instant.class) {
      return list(PackedComponent::moment, PackedComponent::moment);
    } else if (element instanceof Class<?> type && type.getName().startsWith("io.scaler.")) {
      return list((out, value) -> PackedForms.write(out, (Record) value), PackedForms::read);
    }
    throw new IllegalArgumentException(component + " lists a type that cannot be packed");
  }

  private static PackedComponent list(
      BiConsumer<PackedOutput, @Nullable Object> writing,
      Function<PackedInput, @Nullable Object> reading) {
    return new PackedComponent(
        (out, value) -> {
          List<?> values = present(List.class, value);
          out.number(values.size());
          for (int i = 0; i < values.size(); i++) {
            writing.accept(out, values.get(i));
          }
        },
        in -> {
          int size = Math.toIntExact(in.number());
          List<@Nullable Object> values = new ArrayList<>(size);
          for (int i = 0; i < size; i++) {
            values.add(reading.apply(in));
          }
          return values;
        },
        List.of());
  }

  private static <T> T present(Class<T> type, @Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("a component must not be null");
    }
    return type.cast(value);
  }

  private static void span(PackedOutput out, @Nullable Object value) {
    out.truth(value != null);
    if (value instanceof Duration duration) {
      out.number(duration.getSeconds());
      out.number(duration.getNano());
    }
  }

  private static @Nullable Object span(PackedInput in) {
    return in.truth() ? Duration.ofSeconds(in.number(), in.number()) : null;
  }

  private static void moment(PackedOutput out, @Nullable Object value) {
    out.truth(value != null);
    if (value instanceof Instant at) {
      out.number(at.getEpochSecond());
      out.number(at.getNano());
    }
  }

  private static @Nullable Object moment(PackedInput in) {
    return in.truth() ? Instant.ofEpochSecond(in.number(), in.number()) : null;
  }

  private static @Nullable Object constant(Class<?> type, @Nullable String name) {
    if (name == null) {
      return null;
    }
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(type.getName() + " has no " + name);
  }
}
