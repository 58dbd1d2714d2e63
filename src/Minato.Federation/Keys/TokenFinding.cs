using Net.Pkcs11Interop.Common;

namespace Minato.Federation.Keys;

/// <summary>What a token's return code means for the operator.</summary>
internal static class TokenFinding
{
    public static RefusedException Refusal(CKR code, TokenOptions options) => new([code switch
    {
        CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE => Finding.Error(
            "keys.token-pin", $"The token '{options.Token}' refuses the PIN", "Give the right one; after some wrong ones a token locks itself"),
        CKR.CKR_PIN_LOCKED or CKR.CKR_PIN_EXPIRED or CKR.CKR_USER_PIN_NOT_INITIALIZED => Finding.Error(
            "keys.token-locked", $"The PIN of the token '{options.Token}' is locked, expired or not set ({code})", "Have the token's security officer set a new one"),
        CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_TOKEN_NOT_RECOGNIZED or CKR.CKR_DEVICE_REMOVED or CKR.CKR_DEVICE_ERROR or CKR.CKR_SLOT_ID_INVALID
            or CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED or CKR.CKR_OBJECT_HANDLE_INVALID or CKR.CKR_KEY_HANDLE_INVALID => Gone(options, code),
        CKR.CKR_DEVICE_MEMORY or CKR.CKR_HOST_MEMORY => Finding.Error(
            "keys.token-full", $"The token '{options.Token}' has no room for another key", "Use a token with more room; each dataset and project has a key of its own"),
        _ => Finding.Error("keys.token-failed", $"The token '{options.Token}' failed ({code})", "See the token's own documentation for this code"),
    }]);

    public static Finding Gone(TokenOptions options, CKR? code = null) => Finding.Error(
        "keys.token-gone", $"The token '{options.Token}' is not there{(code is { } c ? $" ({c})" : "")}", "Put it back or reconnect it, and see that keys.token in node.json is its label");
}
