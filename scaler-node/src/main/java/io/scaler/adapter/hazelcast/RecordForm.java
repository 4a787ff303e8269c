package io.scaler.adapter.hazelcast;

import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A record's compact form: one field for each component, by its name. A component that a writer of
 * an older version did not have is read as null, zero or an empty list.
 */
final class RecordForm<R extends Record> implements CompactSerializer<R> {
  private final Class<R> type;
  private final String typeName;
  private final String[] names;
  private final MethodHandle[] accessors;
  private final ComponentForm[] forms;
  private final MethodHandle constructor;

  /**
   * @throws IllegalArgumentException for a component whose type has no form
   */
  RecordForm(Class<R> type, String typeName) {
    this.type = type;
    this.typeName = typeName;
    RecordComponent[] components = type.getRecordComponents();
    this.names = new String[components.length];
    this.accessors = new MethodHandle[components.length];
    this.forms = new ComponentForm[components.length];
    Class<?>[] parameters = new Class<?>[components.length];
    try {
      MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
      for (int i = 0; i < components.length; i++) {
        names[i] = components[i].getName();
        parameters[i] = components[i].getType();
        forms[i] = ComponentForm.of(components[i]);
        accessors[i] =
            lookup
                .unreflect(components[i].getAccessor())
                .asType(MethodType.methodType(Object.class, Object.class));
      }
      this.constructor =
          lookup
              .findConstructor(type, MethodType.methodType(void.class, parameters))
              .asSpreader(Object[].class, components.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " cannot be taken apart", e);
    }
  }

  @Override
  public void write(CompactWriter writer, R value) {
    for (int i = 0; i < names.length; i++) {
      forms[i].write(writer, names[i], component(accessors[i], value));
    }
  }

  @Override
  public R read(CompactReader reader) {
    @Nullable Object[] values = new Object[names.length];
    for (int i = 0; i < names.length; i++) {
      values[i] =
          reader.getFieldKind(names[i]) == FieldKind.NOT_AVAILABLE
              ? forms[i].absent()
              : forms[i].read(reader, names[i]);
    }
    return type.cast(construct(values));
  }

  private static @Nullable Object component(MethodHandle accessor, Object value) {
    try {
      return (@Nullable Object) accessor.invokeExact(value);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private Object construct(@Nullable Object[] values) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(typeName + " from " + Arrays.toString(values), e);
    }
  }

  @Override
  public Class<R> getCompactClass() {
    return type;
  }

  @Override
  public String getTypeName() {
    return typeName;
  }
}
