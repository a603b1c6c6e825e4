/**
 * A chat template of our own: ChatML with Hermes tool tags, as many open models use. It renders the rows of the TRL
 * format (and of the OpenAI format) to the text of the Hermes format, and marks the assistant's turns for trainers.
 */
export const chatTemplate = `{%- set tools_open = "\\n\\n# Tools\\n\\nYou can call these tools, one per turn. Each line inside <tools></tools> describes one as a JSON Schema:\\n<tools>\\n" -%}
{%- set tools_close = "\\n</tools>\\n\\nA call is a JSON object with the tool's name and arguments inside <tool_call></tool_call>, and nothing else:\\n<tool_call>\\n" ~ '{"name": "NAME", "arguments": {}}' ~ "\\n</tool_call>" -%}
{%- set called = namespace(name="") -%}
{%- for message in messages -%}
{{- "<|im_start|>" ~ message.role ~ "\\n" -}}
{%- if message.role == "system" -%}
{{- message.content -}}
{%- if tools -%}
{{- tools_open -}}
{%- for tool in tools -%}
{{- tool | tojson -}}{%- if not loop.last -%}{{- "\\n" -}}{%- endif -%}
{%- endfor -%}
{{- tools_close -}}
{%- endif -%}
{{- "<|im_end|>\\n" -}}
{%- elif message.role == "assistant" -%}
{%- generation -%}
{%- if message.tool_calls -%}
{%- for call in message.tool_calls -%}
{%- set called.name = call.function.name -%}
{%- if not loop.first -%}{{- "\\n" -}}{%- endif -%}
{{- '<tool_call>\\n{"name": ' ~ (call.function.name | tojson) ~ ', "arguments": ' -}}
{%- if call.function.arguments is string -%}
{{- call.function.arguments -}}
{%- else -%}
{{- call.function.arguments | tojson -}}
{%- endif -%}
{{- "}\\n</tool_call>" -}}
{%- endfor -%}
{%- else -%}
{{- message.content -}}
{%- endif -%}
{{- "<|im_end|>\\n" -}}
{%- endgeneration -%}
{%- elif message.role == "tool" -%}
{{- '<tool_response>\\n{"name": ' ~ ((message.name or called.name) | tojson) ~ ', "content": ' ~ (message.content | tojson) ~ "}\\n</tool_response><|im_end|>\\n" -}}
{%- else -%}
{{- message.content ~ "<|im_end|>\\n" -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- "<|im_start|>assistant\\n" -}}
{%- endif -%}
`;
