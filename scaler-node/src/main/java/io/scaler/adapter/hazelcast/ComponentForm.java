package io.scaler.adapter.hazelcast;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a record's component of one type is written and read. Durations and instants in ns. */
interface ComponentForm {
  void write(CompactWriter writer, String field, @Nullable Object value);

  @Nullable Object read(CompactReader reader, String field);

  /** The value of a field that its writer did not know. */
  default @Nullable Object absent() {
    return null;
  }

  /** A value of a sealed type within a list: its class is not known from the list's. */
  record Boxed(Record value) {}

  static ComponentForm of(RecordComponent component) {
    Class<?> type = component.getType();
    if (type == String.class) {
      return new Text();
    } else if (type == long.class) {
      return new Number64();
    } else if (type == int.class) {
      return new Number32();
    } else if (type == double.class) {
      return new Real();
    } else if (type == boolean.class) {
      return new Truth();
    } else if (type == Duration.class) {
      return new Span();
    } else if (type == Instant.class) {
      return new Moment();
    } else if (type.isEnum()) {
      return new Constant(type);
    } else if (type == List.class) {
      return ofList(component);
    } else if (type == Record.class || type.getName().startsWith("io.scaler.")) {
      return new Nested();
    }
    throw new IllegalArgumentException(component + " has a type without a compact form");
  }

  private static ComponentForm ofList(RecordComponent component) {
    Type element = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
    if (element == String.class) {
      return new Texts();
    } else if (element == Instant.class) {
      return new Moments();
    } else if (element instanceof Class<?> type && type.isRecord()) {
      return new Same(type);
    } else if (element instanceof Class<?> type && type.isSealed()) {
      return new Mixed();
    }
    throw new IllegalArgumentException(component + " lists a type without a compact form");
  }

  private static <T> T present(Class<T> type, @Nullable Object value, String field) {
    if (value == null) {
      throw new IllegalArgumentException(field + " must not be null");
    }
    return type.cast(value);
  }

  private static String[] texts(@Nullable Object value, String field) {
    List<?> values = ComponentForm.present(List.class, value, field);
    return values.toArray(new String[0]);
  }

  /** A string, or null. */
  record Text() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeString(field, (String) value);
    }

    @Override
    public @Nullable Object read(CompactReader reader, String field) {
      return reader.readString(field);
    }
  }

  /** A long. */
  record Number64() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeInt64(field, ComponentForm.present(Long.class, value, field));
    }

    @Override
    public Object read(CompactReader reader, String field) {
      return reader.readInt64(field);
    }

    @Override
    public Object absent() {
      return 0L;
    }
  }

  /** An int. */
  record Number32() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeInt32(field, ComponentForm.present(Integer.class, value, field));
    }

    @Override
    public Object read(CompactReader reader, String field) {
      return reader.readInt32(field);
    }

    @Override
    public Object absent() {
      return 0;
    }
  }

  /** A double. */
  record Real() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeFloat64(field, ComponentForm.present(Double.class, value, field));
    }

    @Override
    public Object read(CompactReader reader, String field) {
      return reader.readFloat64(field);
    }

    @Override
    public Object absent() {
      return 0.0;
    }
  }

  /** A boolean. */
  record Truth() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeBoolean(field, ComponentForm.present(Boolean.class, value, field));
    }

    @Override
    public Object read(CompactReader reader, String field) {
      return reader.readBoolean(field);
    }

    @Override
    public Object absent() {
      return false;
    }
  }

  /** A duration, or null. */
  record Span() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeNullableInt64(field, value == null ? null : ((Duration) value).toNanos());
    }

    @Override
    public @Nullable Object read(CompactReader reader, String field) {
      Long nanos = reader.readNullableInt64(field);
      return nanos == null ? null : Duration.ofNanos(nanos);
    }
  }

  /** An instant between the years 1678 and 2262, or null. */
  record Moment() implements ComponentForm {
    private static final long PER_SECOND = 1_000_000_000;

    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeNullableInt64(field, value == null ? null : nanos((Instant) value));
    }

    private static long nanos(Instant at) {
      return Math.addExact(Math.multiplyExact(at.getEpochSecond(), PER_SECOND), at.getNano());
    }

    @Override
    public @Nullable Object read(CompactReader reader, String field) {
      Long nanos = reader.readNullableInt64(field);
      return nanos == null ? null : ofNanos(nanos);
    }

    private static Instant ofNanos(long nanos) {
      return Instant.ofEpochSecond(
          Math.floorDiv(nanos, PER_SECOND), Math.floorMod(nanos, PER_SECOND));
    }
  }

  /** An enum's constant, by its name. */
  record Constant(Class<?> type) implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeString(field, value == null ? null : ((Enum<?>) value).name());
    }

    @Override
    public @Nullable Object read(CompactReader reader, String field) {
      String name = reader.readString(field);
      if (name == null) {
        return null;
      }
      for (Object constant : type.getEnumConstants()) {
        if (((Enum<?>) constant).name().equals(name)) {
          return constant;
        }
      }
      throw new IllegalArgumentException(field + ": " + type.getName() + " has no " + name);
    }
  }

  /** A value with a form of its own, of the component's type or one that it permits, or null. */
  record Nested() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeCompact(field, value);
    }

    @Override
    public @Nullable Object read(CompactReader reader, String field) {
      return reader.readCompact(field);
    }
  }

  /** A list of strings. */
  record Texts() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeArrayOfString(field, ComponentForm.texts(value, field));
    }

    @Override
    public Object read(CompactReader reader, String field) {
      String[] texts = reader.readArrayOfString(field);
      return texts == null ? List.of() : List.of(texts);
    }

    @Override
    public Object absent() {
      return List.of();
    }
  }

  /** A list of instants. */
  record Moments() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      List<?> values = ComponentForm.present(List.class, value, field);
      long[] nanos = new long[values.size()];
      for (int i = 0; i < nanos.length; i++) {
        nanos[i] = Moment.nanos((Instant) values.get(i));
      }
      writer.writeArrayOfInt64(field, nanos);
    }

    @Override
    public Object read(CompactReader reader, String field) {
      long[] nanos = reader.readArrayOfInt64(field);
      if (nanos == null) {
        return List.of();
      }
      List<Instant> values = new ArrayList<>(nanos.length);
      for (long each : nanos) {
        values.add(Moment.ofNanos(each));
      }
      return values;
    }

    @Override
    public Object absent() {
      return List.of();
    }
  }

  /** A list of records of one class. */
  record Same(Class<?> type) implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      writer.writeArrayOfCompact(field, ComponentForm.present(List.class, value, field).toArray());
    }

    @Override
    public Object read(CompactReader reader, String field) {
      Object[] values = reader.readArrayOfCompact(field, type);
      return values == null ? List.of() : List.of(values);
    }

    @Override
    public Object absent() {
      return List.of();
    }
  }

  /** A list of records that a sealed type permits. */
  record Mixed() implements ComponentForm {
    @Override
    public void write(CompactWriter writer, String field, @Nullable Object value) {
      List<?> values = ComponentForm.present(List.class, value, field);
      Boxed[] boxes = new Boxed[values.size()];
      for (int i = 0; i < boxes.length; i++) {
        boxes[i] = new Boxed((Record) values.get(i));
      }
      writer.writeArrayOfCompact(field, boxes);
    }

    @Override
    public Object read(CompactReader reader, String field) {
      Boxed[] boxes = reader.readArrayOfCompact(field, Boxed.class);
      if (boxes == null) {
        return List.of();
      }
      List<Object> values = new ArrayList<>(boxes.length);
      for (Boxed box : boxes) {
        values.add(box.value());
      }
      return values;
    }

    @Override
    public Object absent() {
      return List.of();
    }
  }
}
