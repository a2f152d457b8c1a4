// ClientHello, ServerHello and certificates, field by field, each with what it means.
import type { Field, Ladder, Message } from "./format";
import { bytes } from "./values";

const OPEN = ["ClientHello", "ServerHello", "HelloRetryRequest", "Certificate"];

function Value({ field }: { field: Field }) {
  const [, value, , , full] = field;
  return (
    <>
      {value}
      {full > value.length && full > 1500 ? <span class="dim">… ({bytes(full)} in all)</span> : ""}
    </>
  );
}

export function FieldTable({ message }: { message: Message }) {
  if (message.fields.length === 0) return null;
  return (
    <table class="fields">
      <tbody>
        {message.fields.map((f, i) => (
          <tr key={i}>
            <th scope="row" class={`depth${Math.min(f[3], 4)}`}>
              {f[0]}
            </th>
            <td class="value">
              <Value field={f} />
            </td>
            <td class="meaning">{f[2]}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Messages({ ladder }: { ladder: Ladder }) {
  const messages = ladder.steps.flatMap((s) => s.messages).filter((m) => OPEN.includes(m.name) && m.fields.length > 0);
  if (messages.length === 0) return null;
  return (
    <section class="card" aria-labelledby="fields-title">
      <h3 id="fields-title">
        What was said, field by field
      </h3>
      {messages.map((m, i) => (
        <details key={i} class={m.from === 0 ? "message client" : "message server"} open={i < 2}>
          <summary>
            <b>{m.name}</b> <span class="dim">{m.from === 0 ? "from the client" : "from the server"}, {m.first === m.last || m.first === 0 ? `frame ${m.last}` : `frames ${m.first} to ${m.last}`}</span>
          </summary>
          <p>{m.say}</p>
          <div class="scroll" tabIndex={0} role="region" aria-label={`Fields of ${m.name}`}>
            <FieldTable message={m} />
          </div>
        </details>
      ))}
    </section>
  );
}
