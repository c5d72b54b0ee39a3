package dev.parley.gateway.openai;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class OutputSchemaTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'integer','title':'N','description':'d','default':7}",
                "{'type':['string','null'],'enum':['a',null]}",
                "{'const':1}",
                "{'type':'string','format':'date-time'}",
                "{'type':'string','pattern':'^(a|[b-d]+)?\\\\d{2,4}(?:-\\\\w*)$'}",
                "{'type':'string','pattern':'^\\\\(\\\\?=\\\\\\\\b$'}",
                "{'type':'array','items':{'type':'string'},'minItems':1}",
                "{'type':'array','items':true}",
                "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false}",
                "{'type':'object','additionalProperties':{'type':'string'}}",
                "{'type':'object','properties':{},'additionalProperties':{'type':'string'}}",
                "{'type':'object','properties':{},'additionalProperties':true}",
                "{'type':'object','properties':{'minimum':{'type':'number'}},'additionalProperties':false}",
                "{'allOf':[{'type':'string'}],'$defs':{'A':{'type':'null'}},'definitions':{'B':{'type':'null'}}}",
            })
    void keepsWhatClaudeSupports(String schema) {
        assertThat(rewritten(schema)).isEqualTo(json(schema));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type':'integer','minimum':1,'maximum':10}                  | {'type':'integer','description':'{minimum: 1, maximum: 10}'}
            {'type':'string','description':'d','minLength':1}            | {'type':'string','description':'d\\n\\n{minLength: 1}'}
            {'type':'string','format':'binary'}                          | {'type':'string','description':'{format: \\"binary\\"}'}
            {'type':'array','items':{'type':'number','exclusiveMinimum':0},'minItems':2} | {'type':'array','items':{'type':'number','description':'{exclusiveMinimum: 0}'},'description':'{minItems: 2}'}
            {'type':'object','properties':{'a':{'type':'object','properties':{}}},'additionalProperties':true} | {'type':'object','properties':{'a':{'type':'object','properties':{},'additionalProperties':false}},'additionalProperties':false}
            {'type':'object','properties':{},'patternProperties':{'^a':{}}} | {'type':'object','properties':{},'description':'{patternProperties: {\\"^a\\":{}}}'}
            {'anyOf':[{'type':'string','maxLength':9},{'type':'null'}]}  | {'anyOf':[{'type':'string','description':'{maxLength: 9}'},{'type':'null'}]}
            {'oneOf':[{'type':'string','maxLength':9},{'type':'null'}]}  | {'anyOf':[{'type':'string','description':'{maxLength: 9}'},{'type':'null'}]}
            {'oneOf':[{'const':1}],'anyOf':[{'const':2}]}                | {'anyOf':[{'const':2}],'description':'{oneOf: [{\\"const\\":1}]}'}
            {'allOf':[{'type':'string','minLength':1}]}                  | {'allOf':[{'type':'string','description':'{minLength: 1}'}]}
            {'type':'string','pattern':'^(?=a).'}                        | {'type':'string','description':'{pattern: \\"^(?=a).\\"}'}
            {'type':'string','pattern':'a(?!b)'}                         | {'type':'string','description':'{pattern: \\"a(?!b)\\"}'}
            {'type':'string','pattern':'(?<=a)b'}                        | {'type':'string','description':'{pattern: \\"(?<=a)b\\"}'}
            {'type':'string','pattern':'^.{1,280}$'}                     | {'type':'string','description':'{pattern: \\"^.{1,280}$\\"}'}
            {'type':'string','pattern':7}                                | {'type':'string','description':'{pattern: 7}'}
            {'$schema':'s','$id':'i','type':'string'}                    | {'type':'string'}
            {'$ref':'#/$defs/A','title':'t','$defs':{'A':{'type':'string','minLength':1}}} | {'$ref':'#/$defs/A','$defs':{'A':{'type':'string','description':'{minLength: 1}'}}}
            {'$ref':'#/definitions/A','definitions':{'A':{'type':'string','minLength':1}}} | {'$ref':'#/definitions/A','definitions':{'A':{'type':'string','description':'{minLength: 1}'}}}
            """)
    void movesTheRestToTheDescription(String schema, String supported) {
        assertThat(rewritten(schema)).isEqualTo(json(supported));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\bword", "a\\B", "(a)\\1", "(?<n>a)\\k<n>", "\\\\\\b"})
    void describesAPatternThatClaudeRefuses(String pattern) {
        ObjectNode schema = JSON.createObjectNode().put("pattern", pattern);
        assertThat(OutputSchema.of(schema).propertyNames()).containsExactly("description");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'properties':7}",
                "{'properties':{'a':7}}",
                "{'anyOf':{}}",
                "{'items':[{'minimum':1}]}",
                "{'$defs':[]}"
            })
    void leavesWhatIsNoSchemaToClaude(String schema) {
        ObjectNode rewritten = rewritten(schema);
        rewritten.remove("additionalProperties");
        assertThat(rewritten).isEqualTo(json(schema));
    }

    @Test
    void leavesTheSchemaOfTheClientUnchanged() {
        ObjectNode schema = (ObjectNode) json("{'type':'object','properties':{'a':{'type':'integer','minimum':1}}}");
        ObjectNode before = schema.deepCopy();
        OutputSchema.of(schema);
        assertThat(schema).isEqualTo(before);
    }

    private static ObjectNode rewritten(String schema) {
        return OutputSchema.of((ObjectNode) json(schema));
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }
}
