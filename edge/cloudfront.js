// The CloudFormation template of CloudFront before the gateways. Caching is off, except for published answers and the
// files of the page. To deploy it:
//   node edge/cloudfront.js >edge.json
//   aws cloudformation deploy --region us-east-1 --stack-name parley-edge --template-file edge.json \
//     --parameter-overrides GatewayDomain=gateway.example.com
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const code = readFileSync(new URL('function.js', import.meta.url), 'utf8');
const ref = (name) => ({ Ref: name });
const attribute = (name, path) => ({ 'Fn::GetAtt': [name, path] });
const named = (suffix) => ({ 'Fn::Sub': '${AWS::StackName}-' + suffix });

// A cache that waits for a response while it is purged would store the old one: cache-service purges again after 5 s, and
// by then it must not wait any more.
const CACHED_READ_TIMEOUT = 3;

const behaviour = {
    ViewerProtocolPolicy: 'redirect-to-https',
    FunctionAssociations: ['viewer-request', 'viewer-response'].map((event) => ({
        EventType: event,
        FunctionARN: attribute('EdgeFunction', 'FunctionMetadata.FunctionARN')
    }))
};

// The errors that CloudFront stores for 10 s by default, also of uncached paths and, from 500 on, against Cache-Control.
const STORED_ERRORS = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

// AWS's policies CachingDisabled and AllViewerExceptHostHeader: a route of the gateways matches their own host name.
// Compression would buffer streams.
const uncached = {
    ...behaviour,
    TargetOriginId: 'gateways',
    AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
    Compress: false,
    CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
    OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac'
};

const cached = {
    ...behaviour,
    TargetOriginId: 'gateways-cached',
    AllowedMethods: ['GET', 'HEAD'],
    Compress: true,
    CachePolicyId: ref('PublishedPolicy')
};

const origin = (id, readTimeout) => ({
    Id: id,
    DomainName: ref('GatewayDomain'),
    CustomOriginConfig: {
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
        OriginReadTimeout: readTimeout,
        OriginKeepaliveTimeout: 60
    }
});

export const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'The edge of Parley',
    Parameters: {
        GatewayDomain: { Type: 'String', Description: 'The name under which the gateways are reached by HTTPS.' }
    },
    Resources: {
        Facts: {
            Type: 'AWS::CloudFront::KeyValueStore',
            Properties: { Name: named('facts'), Comment: 'Revoked keys, keys of signed addresses, regions' }
        },
        EdgeFunction: {
            Type: 'AWS::CloudFront::Function',
            Properties: {
                Name: named('edge'),
                AutoPublish: true,
                FunctionConfig: {
                    Comment: 'Refuses early, and normalises what the cache stores by',
                    Runtime: 'cloudfront-js-2.0',
                    KeyValueStoreAssociations: [{ KeyValueStoreARN: attribute('Facts', 'Arn') }]
                },
                FunctionCode: code
            }
        },
        // By the address only; the gateways decide how long, and without their permission nothing is stored.
        PublishedPolicy: {
            Type: 'AWS::CloudFront::CachePolicy',
            Properties: {
                CachePolicyConfig: {
                    Name: named('published'),
                    MinTTL: 0,
                    DefaultTTL: 0,
                    MaxTTL: 31536000,
                    ParametersInCacheKeyAndForwardedToOrigin: {
                        EnableAcceptEncodingGzip: true,
                        EnableAcceptEncodingBrotli: true,
                        CookiesConfig: { CookieBehavior: 'none' },
                        HeadersConfig: { HeaderBehavior: 'none' },
                        QueryStringsConfig: { QueryStringBehavior: 'whitelist', QueryStrings: ['e', 's'] }
                    }
                }
            }
        },
        Distribution: {
            Type: 'AWS::CloudFront::Distribution',
            Properties: {
                DistributionConfig: {
                    Enabled: true,
                    Comment: 'The edge of Parley',
                    HttpVersion: 'http2and3',
                    CacheTagConfig: { HeaderName: 'Cache-Tag' },
                    CustomErrorResponses: STORED_ERRORS.map((status) => ({ ErrorCode: status, ErrorCachingMinTTL: 0 })),
                    Origins: [
                        // A stream is never silent for as long: the gateway sends a ping after 10 s. An answer without streaming
                        // can take longer only with a higher quota.
                        origin('gateways', 60),
                        origin('gateways-cached', CACHED_READ_TIMEOUT)
                    ],
                    DefaultCacheBehavior: uncached,
                    CacheBehaviors: [
                        // A question of a collection belongs to a key, the collection to all. The first match counts.
                        { ...uncached, PathPattern: '/v1/collections/*/questions/*' },
                        { ...cached, PathPattern: '/v1/collections/*' },
                        { ...cached, PathPattern: '/v1/answers/*' },
                        { ...cached, PathPattern: '/v1/t/*' },
                        { ...cached, PathPattern: '/assets/*' }
                    ]
                }
            }
        }
    },
    Outputs: {
        Distribution: { Value: ref('Distribution'), Description: 'PARLEY_EDGE_CLOUDFRONT_DISTRIBUTION of cache-service' },
        Facts: { Value: attribute('Facts', 'Arn'), Description: 'The KeyValueStore that edge/facts.js fills' }
    }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    console.log(JSON.stringify(template, null, 2));
}
