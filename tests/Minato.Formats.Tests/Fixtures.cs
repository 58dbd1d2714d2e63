namespace Minato.Formats.Tests;

/// <summary>One small valid file of each format, about people who do not exist.</summary>
internal static class Fixtures
{
    public const string Document = """
        {
          "resourceType": "Bundle", "id": "b-1", "type": "document", "timestamp": "2024-05-06T10:00:00+09:00",
          "identifier": { "system": "http://jpfhir.jp/fhir/clins/bundle-identifier", "value": "1310000001^2024^a-1" },
          "entry": [
            { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Composition", "status": "final", "type": { "text": "x" }, "date": "2024-05-06", "title": "花子の紹介状", "author": [ { "display": "架空" } ] } },
            { "fullUrl": "urn:uuid:2", "resource": { "resourceType": "Patient", "id": "p", "identifier": [ { "system": "urn:oid:1.2.392.100495.20.3.51.11310000001", "value": "77001" }, { "system": "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID", "value": "06990013:架１２:３４５:01" } ], "name": [ { "text": "架空 花子" } ], "gender": "female", "birthDate": "1950-02-03" } },
            { "fullUrl": "urn:uuid:3", "resource": { "resourceType": "Encounter", "id": "e", "status": "finished", "class": { "code": "AMB" }, "subject": { "reference": "urn:uuid:2" }, "period": { "start": "2024-05-06" } } },
            { "fullUrl": "urn:uuid:4", "resource": { "resourceType": "Condition", "id": "c", "subject": { "reference": "urn:uuid:2" }, "encounter": { "reference": "urn:uuid:3" }, "code": { "coding": [ { "system": "http://jpfhir.jp/fhir/core/mhlw/CodeSystem/ICD10-2013-full", "code": "E119" } ] }, "onsetDateTime": "2024-01" } },
            { "fullUrl": "urn:uuid:5", "resource": { "resourceType": "Observation", "id": "o", "status": "final", "subject": { "reference": "urn:uuid:2" }, "effectiveDateTime": "2024-05-06T09:00:00+09:00", "code": { "coding": [ { "system": "http://medis.or.jp/CodeSystem/master-JLAC10-17digits", "code": "3D046000001906202" } ] }, "valueQuantity": { "value": 7.1, "unit": "%" } } },
            { "fullUrl": "urn:uuid:6", "resource": { "resourceType": "MedicationRequest", "id": "m", "status": "completed", "intent": "order", "subject": { "reference": "urn:uuid:2" }, "authoredOn": "2024-05-06", "medicationCodeableConcept": { "coding": [ { "system": "http://capstandard.jp/iyaku.info/CodeSystem/YJ-code", "code": "3962002F2027" } ] }, "dispenseRequest": { "quantity": { "value": 28, "unit": "錠" }, "expectedSupplyDuration": { "value": 14, "unit": "日", "system": "http://unitsofmeasure.org", "code": "d" } } } }
          ]
        }
        """;

    public static readonly string[] Lines =
    [
        """{"resourceType":"Patient","id":"p1","name":[{"text":"架空 花子"}],"gender":"female","birthDate":"1950-02-03"}""",
        """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"44054006"}],"text":"花子"},"onsetDateTime":"2020-04-10T01:02:03Z"}""",
        """{"resourceType":"Procedure","id":"r1","status":"completed","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"430193006"}]},"performedPeriod":{"start":"2022-06-22T12:31:08-04:00","end":"2022-06-22T12:46:08-04:00"}}""",
        """{"resourceType":"Immunization","id":"i1","status":"completed","patient":{"reference":"Patient/p1"},"vaccineCode":{"coding":[{"system":"http://hl7.org/fhir/sid/cvx","code":"62"}]},"occurrenceDateTime":"2014-08-19"}""",
        """{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},"effectiveDateTime":"2020-01-02","code":{"coding":[{"system":"http://loinc.org","code":"5778-6"}]},"valueString":"（１＋）"}""",
    ];

    public const string CheckUp = """
        <?xml version="1.0" encoding="UTF-8"?>
        <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><id extension="d-1" root="1.2"/><effectiveTime value="20260410"/>
         <recordTarget><patientRole><id extension="06990013" root="1.2.392.200119.6.101"/><id extension="架１２" root="1.2.392.200119.6.204"/><id extension="３４５" root="1.2.392.200119.6.205"/>
          <patient><name>カクウ　タロウ</name><administrativeGenderCode code="1"/><birthTime value="19700401"/></patient></patientRole></recordTarget>
         <documentationOf><serviceEvent><effectiveTime value="20260405"/></serviceEvent></documentationOf>
         <component><structuredBody><component><section>
          <entry><observation><code code="9N001000000000001"/><value xsi:type="PQ" value="165.2" unit="cm"/></observation></entry>
         </section></component></structuredBody></component></ClinicalDocument>
        """;

    public const string Vaccinations = """
        record_id,resident_id,name,name_kana,birth_date,sex,vaccinated_on,vaccine_code
        v-1,77001,架空　太郎,カクウ　タロウ,19700401,1,20231015,flu
        v-2,77002,"架空, 花子",カクウ　ハナコ,19500203,2,20231016,flu
        """;

    public const string Care = """
        record_id,care_insured_id,name,name_kana,birth_date,sex,address,service_month,care_level,service_code,units,days
        c-1,77001,架空　花子,カクウ　ハナコ,19500203,2,東京都架空区,202404,23,111111,4970,10
        c-2,77001,架空　花子,カクウ　ハナコ,19500203,2,東京都架空区,202405,23,111111,4970,10
        """;

    public const string Deaths = """
        record_id,name,name_kana,birth_date,sex,address,died_on,place_code,underlying_cause_icd10
        d-1,架空　花子,カクウ　ハナコ,19500203,2,東京都架空区,20240430,1,I50.0
        """;
}
