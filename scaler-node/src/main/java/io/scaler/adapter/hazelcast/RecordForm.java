package io.scaler.adapter.hazelcast;

import com.hazelcast.nio.serialization.FieldKind;
import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import org.jspecify.annotations.Nullable;

/**
 * A record's compact form: one field for each component, by its name. A component that a writer of
 * an older version did not have is read as null, zero or an empty list.
 */
final class RecordForm<R extends Record> implements CompactSerializer<R> {
  private final RecordParts<R> parts;
  private final String typeName;
  private final String[] names;
  private final ComponentForm[] forms;

  /**
   * @throws IllegalArgumentException for a component whose type has no form
   */
  RecordForm(Class<R> type, String typeName) {
    this.parts = new RecordParts<>(type);
    this.typeName = typeName;
    this.names = new String[parts.count()];
    this.forms = new ComponentForm[parts.count()];
    for (int i = 0; i < names.length; i++) {
      names[i] = parts.component(i).getName();
      forms[i] = ComponentForm.of(parts.component(i));
    }
  }

  @Override
  public void write(CompactWriter writer, R value) {
    for (int i = 0; i < names.length; i++) {
      forms[i].write(writer, names[i], parts.value(i, value));
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
    return parts.construct(values);
  }

  @Override
  public Class<R> getCompactClass() {
    return parts.type();
  }

  @Override
  public String getTypeName() {
    return typeName;
  }
}
